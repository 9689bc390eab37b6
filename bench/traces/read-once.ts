/**
 * Reads the traces at a path once, and prints how long that took and the most memory that the process has had. With a folder as well: from what
 * that keeps of traces that were read before.
 */
import { readCachedCorpus, readCorpus } from '@reprise/trace'

const [path, folder] = process.argv.slice(2)
const startMs = performance.now()
const { corpus } = folder
  ? await readCachedCorpus(path!, { store: { folder, maxBytes: 2 ** 32 } })
  : await readCorpus(path!)
const seconds = (performance.now() - startMs) / 1000
const requests = corpus.traces.reduce(
  (sum, { sessions }) => sum + sessions.reduce((turns, session) => turns + session.turns.length, 0),
  0,
)
const mib = process.resourceUsage().maxRSS / 1024
process.stdout.write(JSON.stringify({ seconds, mib, traces: corpus.traces.length, requests, digest: corpus.digest }))
