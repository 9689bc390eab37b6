import { quantile } from '@reprise/trace'
import { lateMs, type Seats } from './play-seats.ts'
import type { SeenRequest } from './seen-request.ts'

export interface ComparedFigure {
  readonly figure: string
  readonly simulated: number
  readonly live: number
  readonly allowed: string
  readonly kept: boolean
}

/**
 * Figures of a plan's requests on both seats, each beside its budget. Requests are those that all know.
 *
 * @throws Error when there are none.
 */
export function compareSeats(seats: Seats): ComparedFigure[] {
  const ids = [...seats.simulated.keys()].filter((id) => seats.client.has(id) && seats.server.has(id))
  if (ids.length === 0) throw new Error('no request is known to the simulation, the client and the server')
  const of = (seat: Seats[keyof Seats]) => ids.map((id) => seat.get(id)!)
  const [simulated, late, heard] = [of(seats.simulated), of(seats.late), of(seats.heard)]
  const [client, server] = [of(seats.client), of(seats.server)]
  const count = { simulated: seats.simulated.size, live: ids.length }
  return [
    { figure: 'requests', ...count, allowed: 'all', kept: count.simulated === count.live },
    within('hit rate %', 100 * hitRate(simulated), 100 * hitRate(client), 0.5, '0.5 points'),
    ...(['ttftMs', 'tpotMs'] as const).flatMap((name) =>
      [0.5, 0.9].flatMap((p) => latencies(name, p, { simulated, client, server })),
    ),
    agreement('TTFT as at the arrivals that it heard, server %', heard, server),
    { ...agreement('TTFT as planned, server %', simulated, server), allowed: 'not judged', kept: true },
    {
      ...agreement(`TTFT as planned, simulated ${lateMs} ms late %`, simulated, late),
      allowed: 'not judged',
      kept: true,
    },
  ]
}

type Seen = Readonly<Record<'simulated' | 'client' | 'server', readonly SeenRequest[]>>

function latencies(name: 'ttftMs' | 'tpotMs', p: number, { simulated, client, server }: Seen): ComparedFigure[] {
  const at = (requests: readonly SeenRequest[]) =>
    quantileOf(
      requests.flatMap((each) => each[name] ?? []),
      p,
    )
  const spentMs = Math.max(
    0,
    quantileOf(
      client.flatMap((each, index) => differenceOf(each[name], server[index]![name])),
      p,
    ),
  )
  const [title, expected] = [`${name.slice(0, 4)} p${p * 100} ms`, at(simulated)]
  return [
    within(`${title}, server`, expected, at(server), 0.05 * expected, '5 %'),
    within(`${title}, client`, expected, at(client), 0.05 * expected + spentMs, `5 % + ${spentMs.toFixed(2)} ms`),
  ]
}

function differenceOf(one: number | undefined, other: number | undefined): number[] {
  return one === undefined || other === undefined ? [] : [one - other]
}

/** Share of the requests whose TTFT is the predicted one, to 10 % or 2 ms. */
function agreement(figure: string, simulated: readonly SeenRequest[], server: readonly SeenRequest[]): ComparedFigure {
  const agreeing = simulated.filter(({ ttftMs }, at) => {
    const [off] = differenceOf(server[at]!.ttftMs, ttftMs)
    return off !== undefined && (Math.abs(off) <= 2 || Math.abs(off) <= 0.1 * ttftMs!)
  })
  const live = (100 * agreeing.length) / simulated.length
  return { figure, simulated: 100, live, allowed: '90 % of them', kept: live >= 90 }
}

function within(figure: string, simulated: number, live: number, most: number, allowed: string): ComparedFigure {
  return { figure, simulated, live, allowed, kept: Math.abs(live - simulated) <= most }
}

function hitRate(requests: readonly SeenRequest[]): number {
  const sum = (of: (each: SeenRequest) => number) => requests.reduce((total, each) => total + of(each), 0)
  return sum(({ cachedTokens }) => cachedTokens) / sum(({ inputTokens }) => inputTokens)
}

function quantileOf(values: readonly number[], p: number): number {
  return quantile(
    values.toSorted((one, other) => one - other),
    p,
  )!
}
