import { createHash } from 'node:crypto'
import { Html, html, jsonForScript } from './html.ts'

/** What stands in every page: the chart library, our own script, the style sheet. */
export interface PageAssets {
  readonly chartLibrary: string
  readonly script: string
  readonly style: string
}

export interface Page {
  /** What kind of page: `report`. */
  readonly kind: string
  readonly title: string
  readonly lead: string
  /** Id and name of what the page can be entered at. */
  readonly sections: readonly (readonly [id: string, name: string])[]
  readonly main: Html
  /** What the page's script is given, as JSON. */
  readonly data: unknown
}

/**
 * A page that needs nothing else: no network, no other file. Equal input, equal bytes.
 *
 * Scripts are allowed by their digests alone, so nothing that a trace or a server wrote can run.
 */
export function renderPage({ kind, title, lead, sections, main, data }: Page, assets: PageAssets): string {
  const scripts = [assets.chartLibrary, assets.script].map(scriptText)
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(digestSource).join(' ')}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return html`<!doctype html>
<html lang="en" data-theme="auto">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Reprise ${kind}</title>
<link rel="icon" href="data:,">
<style>${new Html(assets.style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the ${kind}</a>
<header>
<p class="brand">Reprise ${kind}</p>
<h1>${title}</h1>
<p class="lead">${lead}</p>
<nav aria-label="Sections">${sections.map(([id, name]) => html`<a href="#${id}">${name}</a>`)}<button type="button" id="theme" hidden>Theme: auto</button></nav>
</header>
<main id="main" tabindex="-1">
<noscript><p class="absent">The charts need scripts, which this browser does not run. All figures stand in the tables.</p></noscript>
${main}
</main>
<script type="application/json" id="report-data">${jsonForScript(data)}</script>
<script>${scripts[0]!}</script>
<script>${scripts[1]!}</script>
</body>
</html>
`.text
}

/** Our scripts may hold the words that end their element only inside strings, where a backslash changes nothing. */
function scriptText(text: string): Html {
  return new Html(text.replace(/<(?=\/script|!--|script)/gi, '\\x3c'))
}

function digestSource({ text }: Html): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
