import { quantile } from '@reprise/trace/quantile'
import type { Seats } from './play-seats.ts'
import type { SeenRequest } from './seen-request.ts'

export interface ComparedFigure {
  readonly figure: string
  readonly simulated: number
  readonly live: number
  /** The least and the most of simulations whose clients are as late as the live one, with other requests; only beside what a punctual one gives. */
  readonly late?: readonly [number, number]
  readonly allowed: string
  /** `cannot tell`: it is not kept, and mere lateness of the client breaks it too, in either direction as far. */
  readonly verdict: 'kept' | 'NOT KEPT' | 'cannot tell'
}

/**
 * Figures of a plan's requests on both seats, each beside its budget. Requests are those that all know.
 *
 * `punctual`: against the simulation by the plan alone. `as late`: against the one whose client is as late with every request as the live one was.
 *
 * @throws Error when there are none.
 */
export function compareSeats(seats: Seats): ComparedFigure[] {
  const ids = [...seats.punctual.keys()].filter((id) => seats.client.has(id) && seats.server.has(id))
  if (ids.length === 0) throw new Error('no request is known to the simulation, the client and the server')
  const of = (seat: Seats['client']) => ids.map((id) => seat.get(id)!)
  const [punctual, asLate, heard] = [of(seats.punctual), of(seats.asLate), of(seats.heard)]
  const [client, server] = [of(seats.client), of(seats.server)]
  const redrawn = seats.redrawn.map(of)
  const count = { simulated: seats.punctual.size, live: ids.length }
  const isAll = count.simulated === count.live
  return [
    { figure: 'requests', ...count, allowed: 'all', verdict: isAll ? 'kept' : 'NOT KEPT' },
    compared('punctual: hit rate %', {
      ...{ simulated: 100 * hitRate(punctual), live: 100 * hitRate(client) },
      late: redrawn.map((each) => 100 * hitRate(each)),
      ...{ most: 0.5, allowed: '0.5 points' },
    }),
    ...quantiles.flatMap(([name, p]) => [
      punctualLatency(name, p, { punctual, client, server, redrawn }),
      ...asLateLatencies(name, p, { asLate, client, server }),
    ]),
    agreement('punctual: TTFT of each request %', punctual, server, redrawn),
    agreement('as late: TTFT of each request %', asLate, server),
    agreement('at heard arrivals: TTFT of each request %', heard, server),
  ]
}

type Latency = 'ttftMs' | 'tpotMs'

const quantiles: readonly (readonly [Latency, number])[] = [
  ['ttftMs', 0.5],
  ['ttftMs', 0.9],
  ['tpotMs', 0.5],
  ['tpotMs', 0.9],
]

type Requests = readonly SeenRequest[]

/**
 * What the client saw beside what was simulated: it may be more by 5 %, and by what it makes of a quantile that each request spends what it was measured to
 * spend on the way. Late clients spend the same.
 */
function punctualLatency(
  name: Latency,
  p: number,
  { punctual, client, server, redrawn }: Record<'punctual' | 'client' | 'server', Requests> & { redrawn: Requests[] },
): ComparedFigure {
  const spent = spentBy(client, server, name)
  const simulated = latencyAt(punctual, name, p)
  const spentMs = Math.max(0, withSpent(punctual, { name, p, spent }) - simulated)
  return compared(`punctual: ${titleOf(name, p)}, client`, {
    ...{ simulated, live: latencyAt(client, name, p) },
    late: redrawn.map((each) => withSpent(each, { name, p, spent })),
    ...{ most: 0.05 * simulated + spentMs, allowed: `5 % + ${spentMs.toFixed(2)} ms spent` },
  })
}

function asLateLatencies(
  name: Latency,
  p: number,
  { asLate, client, server }: Record<'asLate' | 'client' | 'server', Requests>,
): ComparedFigure[] {
  const onTheWay = withSpent(asLate, { name, p, spent: spentBy(client, server, name) })
  const row = (figure: string, simulated: number, live: number) =>
    compared(figure, { simulated, live, most: 0.05 * simulated, allowed: '5 %' })
  const title = titleOf(name, p)
  return [
    row(`as late: ${title}, server`, latencyAt(asLate, name, p), latencyAt(server, name, p)),
    row(`as late + spent: ${title}, client`, onTheWay, latencyAt(client, name, p)),
  ]
}

/** A quantile of what was simulated for each request and what it was measured to spend on the way, on top. */
function withSpent(
  simulated: Requests,
  { name, p, spent }: { readonly name: Latency; readonly p: number; readonly spent: readonly number[] },
): number {
  return quantileOf(
    simulated.flatMap((each, index) => (each[name] === undefined ? [] : each[name] + (spent[index] ?? 0))),
    p,
  )
}

function titleOf(name: Latency, p: number): string {
  return `${name.slice(0, 4).toUpperCase()} p${p * 100} ms`
}

/** Of each request, in the order of requests: more than the server had for it. */
function spentBy(client: Requests, server: Requests, name: Latency): number[] {
  return client.map((each, index) => differenceOf(each[name], server[index]![name]) ?? 0)
}

/** Share of the requests whose TTFT is the predicted one, to 10 % or 2 ms. */
function agreement(figure: string, simulated: Requests, server: Requests, redrawn: Requests[] = []): ComparedFigure {
  const share = (others: Requests) => {
    const agreeing = simulated.filter(({ ttftMs }, at) => {
      const offMs = Math.abs(others[at]!.ttftMs - ttftMs)
      return offMs <= 2 || offMs <= 0.1 * ttftMs
    })
    return (100 * agreeing.length) / simulated.length
  }
  const budget = { most: 10, allowed: '90 % of them' }
  return compared(figure, { simulated: 100, live: share(server), late: redrawn.map(share), ...budget })
}

interface Compared {
  readonly simulated: number
  readonly live: number
  /** What lateness alone makes of the figure. */
  readonly late?: readonly number[]
  readonly most: number
  readonly allowed: string
}

function compared(figure: string, { simulated, live, late = [], most, allowed }: Compared): ComparedFigure {
  const isWithin = (value: number) => Math.abs(value - simulated) <= most
  // One of many that breaks a budget excuses nothing that is beyond all of them.
  const isLikeLate = late.some((each) => each <= live) && late.some((each) => live <= each)
  const isExcused = isLikeLate && !late.every(isWithin)
  const verdict = isWithin(live) ? 'kept' : isExcused ? 'cannot tell' : 'NOT KEPT'
  const range = late.length > 0 ? ([Math.min(...late), Math.max(...late)] as const) : undefined
  return { figure, simulated, live, ...(range && { late: range }), allowed, verdict }
}

function differenceOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one - other
}

function hitRate(requests: Requests): number {
  const sum = (of: (each: SeenRequest) => number) => requests.reduce((total, each) => total + of(each), 0)
  return sum(({ cachedTokens }) => cachedTokens) / sum(({ inputTokens }) => inputTokens)
}

function latencyAt(requests: Requests, name: Latency, p: number): number {
  return quantileOf(
    requests.flatMap((each) => each[name] ?? []),
    p,
  )
}

function quantileOf(values: readonly number[], p: number): number {
  return quantile(
    values.toSorted((one, other) => one - other),
    p,
  )!
}
