/** The page at `/`: what this is and where to go. It needs no key and shows nothing of the calendar. */
export const frontPage = `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Maintenance calendar</title>
<style>
  :root { color-scheme: light dark; font: 1.05rem/1.6 system-ui, sans-serif; }
  body { max-width: 44rem; margin: 3rem auto; padding: 0 1.25rem; }
  h1 { font-size: 1.7rem; line-height: 1.25; margin-bottom: .25rem; }
  h2 { font-size: 1.1rem; margin-top: 2rem; }
  .lead { margin-top: 0; opacity: .8; }
  dt { font-weight: 600; } dd { margin: 0 0 .75rem; }
  code, pre { font: .95em ui-monospace, monospace; }
  pre { padding: .75rem 1rem; overflow-x: auto; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .4rem; }
</style>
</head>
<body>
<main>
<h1>Maintenance calendar</h1>
<p class="lead">Planned Maintenance of Great Britain's smart-metering network under SEC modification MP092:
planned within the limits of H8.3, published under H8.4, and recorded for good.</p>
<dl>
  <dt><a href="/docs">Reference</a></dt>
  <dd>Every command and every read, with examples, to try with your own key.</dd>
  <dt><a href="/openapi.json">OpenAPI document</a></dt>
  <dd>The same for machines.</dd>
  <dt><a href="/health/ready">Health</a></dt>
  <dd>Whether this server is ready.</dd>
</dl>
<h2>Read a month</h2>
<p>Everything else needs a key, which an administrator issues with <code>IssueApiKey</code>.</p>
<pre>curl -H "Authorization: Bearer $KEY" \${ORIGIN}/months/2026-12</pre>
</main>
<script>
  document.querySelector('pre').textContent = document.querySelector('pre').textContent.replace('\${ORIGIN}', location.origin);
</script>
</body>
</html>
`;
