/** Loaded before the server (`--import`), and with it before the processes that it begins: the check of a file's structure never ends. */
if (process.argv[1]?.endsWith('structure.js')) setInterval(() => undefined, 1_000);
