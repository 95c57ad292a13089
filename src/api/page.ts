/** The plain page around documentation: no script, one style sheet of our own, light and dark. */
import { escapeHtml } from './markdown.ts'

/** `title` is text, `body` and `nav` are HTML made by us. */
export const page = (title: string, nav: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · FlowLens</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<nav aria-label="Documentation">${nav}</nav>
<main id="content">
${body}
</main>
</body>
</html>
`

export const STYLE = `:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e4e7eb); --soft: light-dark(#57606a, #9aa4af); --line: light-dark(#d8dee4, #30363d);
  --back: light-dark(#ffffff, #111418); --panel: light-dark(#f6f8fa, #1a1f25); --accent: light-dark(#0b57d0, #7cacf8) }
* { box-sizing: border-box }
body { margin: 0; display: flex; font: 15px/1.6 system-ui, sans-serif; color: var(--ink); background: var(--back) }
nav { flex: 0 0 240px; padding: 24px 16px; border-right: 1px solid var(--line); min-height: 100vh; font-size: 14px }
nav a, nav strong { display: block; padding: 2px 8px; text-decoration: none }
nav strong { margin-top: 12px; color: var(--soft) }
main { flex: 1; min-width: 0; max-width: 900px; padding: 24px 32px 64px }
a { color: var(--accent) }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.skip { position: absolute; left: -999px }
.skip:focus { left: 8px; top: 8px; background: var(--back); padding: 8px }
h1, h2, h3 { line-height: 1.25; scroll-margin-top: 16px }
h2 { margin-top: 32px; border-bottom: 1px solid var(--line); padding-bottom: 4px }
code { font: 13px/1.5 ui-monospace, monospace; background: var(--panel); padding: 1px 4px; border-radius: 4px }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px; overflow-x: auto }
pre code { padding: 0; background: none }
table { border-collapse: collapse; display: block; overflow-x: auto; font-size: 14px }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line) }
blockquote { margin: 0; padding-left: 16px; border-left: 3px solid var(--line); color: var(--soft) }
.method { display: inline-block; min-width: 64px; font-weight: 600 }
.role { color: var(--soft); font-size: 13px }
@media (max-width: 820px) { body { display: block } nav { min-height: 0; border-right: 0; border-bottom: 1px solid var(--line) } main { padding: 16px } }
`
