// A Graph API that accepts everything at once and costs next to nothing, so that sends are timed and not their goal.
import { createServer } from 'node:http'

let accepted = 0
const answers = {
  POST: () =>
    `{"messaging_product":"whatsapp","messages":[{"id":"wamid.stub.${process.pid}.${Date.now()}.${++accepted}"}]}`,
  GET: () =>
    '{"id":"100000000000001","display_phone_number":"+91 98765 43210","verified_name":"Acme Corp","quality_rating":"GREEN","data":[]}',
}
createServer((req, res) => {
  req.resume().on('end', () => {
    const body = answers[req.method]()
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
