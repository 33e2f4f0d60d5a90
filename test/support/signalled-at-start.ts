/** Loaded before the server (`--import`): the process is sent SIGTERM as soon as it takes signals, at the start of its start. */
process.on('newListener', (name) => {
  if (name === 'SIGTERM') queueMicrotask(() => process.kill(process.pid, 'SIGTERM'));
});
