import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import express, { type RequestHandler, Router } from 'express'
import { version } from '../core/version.js'
import { openApiDocument } from '../rest/openapi.js'

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
const served = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Kaanha Graph: REST</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <main id="page"></main>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

/** The key that a reader gives stays in the page: it is neither stored nor sent anywhere but to this server. */
const start = `SwaggerUIBundle({
  url: '/api/whatsapp-api/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
})
`

/** Nothing from outside; the page's styles are set by its own script. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The OpenAPI document. It asks for no key and is not counted (contract, sections 2 and 4). */
export function openApi(publicUrl: string): RequestHandler {
  const document = JSON.stringify(openApiDocument(publicUrl, version))
  return (_req, res) => {
    res.set('Access-Control-Allow-Origin', '*').type('application/json').send(document)
  }
}

/** A page that shows the document and tries it out, without any outside network; neither keyed nor counted either. */
export function docs(): Router {
  const router = Router()
  router.get('/docs', (_req, res) => {
    res.set('Content-Security-Policy', contentSecurityPolicy).type('html').send(page)
  })
  router.get('/docs/start.js', (_req, res) => {
    res.type('js').send(start)
  })
  const files = express.static(assets, { index: false, maxAge: '1d' })
  router.use('/docs', (req, res, next) => (served.includes(req.path.slice(1)) ? files(req, res, next) : next()))
  return router
}
