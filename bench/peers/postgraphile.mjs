// PostGraphile 5 over the same schema, as its documentation starts it from a library. Needs Node 22: see package.json.
import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'

const pgl = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ['public', 'bench_postgraphile'],
      poolConfig: { max: 10, idleTimeoutMillis: 10_000 },
    }),
  ],
  grafserv: { graphiql: false, watch: false },
})
const server = createServer()
await pgl.createServ(grafserv).addTo(server)
server.listen(Number(process.env.PORT), '127.0.0.1')
