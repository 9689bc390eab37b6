/** Reads the traces at a path once, and prints how long that took and the most memory that the process has had. */
import { readCorpus } from '@reprise/trace'

const startMs = performance.now()
const { corpus } = await readCorpus(process.argv[2]!)
const seconds = (performance.now() - startMs) / 1000
const requests = corpus.traces.reduce(
  (sum, { sessions }) => sum + sessions.reduce((turns, session) => turns + session.turns.length, 0),
  0,
)
const mib = process.resourceUsage().maxRSS / 1024
process.stdout.write(JSON.stringify({ seconds, mib, traces: corpus.traces.length, requests }))
