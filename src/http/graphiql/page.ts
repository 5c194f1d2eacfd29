import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { GraphiQLOptions } from 'graphql-yoga'
import { keyField } from './key-field.js'
import { graphiqlTabs } from './tabs.js'

export type GraphiqlPage = {
  /** The whole page, about 2.5 MB of 9. */
  gzip: Buffer
  etag: string
  contentSecurityPolicy: string
}

/** Blocks for about 0.15 s (compression goes on in the thread pool), so: once, at the first use. */
export async function renderGraphiqlPage(): Promise<GraphiqlPage> {
  const { html, scripts } = assemble(renderLibraryPage())
  return {
    gzip: await promisify(gzip)(html, { level: 9 }),
    etag: `W/"${sha256(html).slice(0, 27)}"`,
    contentSecurityPolicy: policy(scripts),
  }
}

/**
 * Loaded through `require` and dropped from its cache: as an ES module the 9 MB of source would stay in memory for as
 * long as the process runs, for a page that is rendered once.
 */
function renderLibraryPage(): string {
  const require = createRequire(import.meta.url)
  const before = new Set(Object.keys(require.cache))
  const { renderGraphiQL } = require('@graphql-yoga/render-graphiql') as typeof import('@graphql-yoga/render-graphiql')
  for (const file of Object.keys(require.cache)) if (!before.has(file)) delete require.cache[file]
  return renderGraphiQL(libraryOptions())
}

/** No endpoint: the page asks the address it was opened at. */
function libraryOptions(): GraphiQLOptions {
  const [{ variables }] = graphiqlTabs
  const options = {
    title: 'Kaanha Graph',
    logo: '',
    favicon: 'data:,',
    defaultTabs: [...graphiqlTabs],
    // GraphiQL fills the first tab's editor with the page's variables, not with the tab's.
    variables,
    // Subscriptions over fetch, so that the key reaches them as it reaches queries.
    subscriptionsProtocol: 'SSE' as const,
    method: 'POST' as const,
    shouldPersistHeaders: false,
    // Yoga's type does not name these two; its page hands them on to GraphiQL. Without a storage nothing outlives the
    // page (history would keep headers), and without `onEditQuery` it does not copy the query into the address.
    storage: null,
    onEditQuery: null,
  }
  return options
}

/** Puts the key field before GraphiQL's root, and lists the scripts that the page holds then. */
function assemble(page: string): { html: string; scripts: string[] } {
  const root = '<div id="root"></div>'
  const at = page.indexOf(root)
  const scriptStart = page.indexOf('<script>', at) + '<script>'.length
  const scriptEnd = page.lastIndexOf('</script>')
  if (at < 0 || scriptStart < at || scriptEnd < scriptStart) {
    throw new Error('The GraphiQL page is not built as this version of ours expects')
  }
  const { style, markup, script } = keyField
  const field = `<style>${style}</style>${markup}<script>${script}</script>`
  return {
    html: page.slice(0, at).trimStart() + field + page.slice(at),
    scripts: [script, page.slice(scriptStart, scriptEnd)],
  }
}

/** Only the scripts of this very page run, and they reach nothing but this server. Its editor styles itself inline. */
function policy(scripts: string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map((script) => `'sha256-${sha256(script)}'`).join(' ')}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    'worker-src blob:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64')
