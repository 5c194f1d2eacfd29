// What a CPU profile says, by package and by function: `node bench/profile.mjs FOLDER [SECONDS]`, where `npm run
// bench -- --profile FOLDER --seconds 20 --servers ours --only Q1` has left it: of its last so many seconds (10), in which
// the server is warm. Shares are of the time that the process was not idle.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [folder, seconds = 10] = process.argv.slice(2)
const [file] = readdirSync(folder)
  .filter((name) => name.endsWith('.cpuprofile'))
  .sort()
  .slice(-1)
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
const byId = new Map(nodes.map((node) => [node.id, node]))
const byPackage = new Map()
const maps = new Map()
const byFunction = new Map()
let busy = 0
let at = 0
const from = timeDeltas.reduce((sum, us) => sum + us, 0) - Number(seconds) * 1e6
for (const [n, id] of samples.entries()) {
  at += timeDeltas[n]
  if (at < from) continue
  const { functionName, ...place } = byId.get(id).callFrame
  if (functionName === '(idle)' || functionName === '(program)') continue
  const us = timeDeltas[n]
  busy += us
  const add = (map, key) => map.set(key, (map.get(key) ?? 0) + us)
  const { source, line } = sourceOf(place)
  add(byPackage, packageOf(functionName, source))
  add(
    byFunction,
    `${functionName || '(anonymous)'} ${source.replace(/^.*\/(node_modules|src)\//, '').slice(-70)}:${line + 1}`,
  )
}
for (const [map, count] of [
  [byPackage, 25],
  [byFunction, 40],
]) {
  const sorted = [...map].sort(([, a], [, b]) => b - a).slice(0, count)
  for (const [name, us] of sorted) console.log(`${((us / busy) * 100).toFixed(1).padStart(5)} %  ${name}`)
  console.log()
}

function packageOf(functionName, source) {
  if (functionName === '(garbage collector)') return 'garbage collection'
  const found = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1]
  if (found) return found
  const ours = /\/src\/(.*)\.ts$/.exec(source)?.[1]
  if (ours) return ours.startsWith('generated') ? 'generated client' : `ours: ${ours.split('/')[0]}`
  return source.startsWith('node:') ? 'node' : functionName || '(other)'
}

/** Where a place in a built program comes from, as its source map says. */
function sourceOf({ url, lineNumber, columnNumber }) {
  if (!url.startsWith('file:')) return { source: url, line: lineNumber }
  const map = `${fileURLToPath(url)}.map`
  if (!maps.has(map)) maps.set(map, existsSync(map) ? new SourceMap(JSON.parse(readFileSync(map, 'utf8'))) : null)
  const { originalSource = url, originalLine = lineNumber } = maps.get(map)?.findEntry(lineNumber, columnNumber) ?? {}
  return { source: originalSource, line: originalLine }
}
