import type { ServerMeasure } from '../measure/server/server-measure.ts'
import type { TimelineLevel } from './timeline-source.ts'

/** What the server told of its queue and its memory, for the counters beside those that the client reckons. */
export function serverLevels(server: ServerMeasure): TimelineLevel[] {
  return drawn.flatMap(({ what, name, unit }) => {
    const points = server.jointLevel(what).map(({ startMs, endMs, sum, engines }) => ({
      ...{ startMs, endMs },
      height: unit === 'percent' ? Math.round((1e4 * sum) / engines) / 100 : sum,
    }))
    return points.length > 0 ? [{ name, unit, points }] : []
  })
}

const drawn = [
  { what: 'running', name: 'running (server)', unit: 'requests' },
  { what: 'waiting', name: 'waiting (server)', unit: 'requests' },
  { what: 'kvUse', name: 'KV cache in use (server)', unit: 'percent' },
] as const
