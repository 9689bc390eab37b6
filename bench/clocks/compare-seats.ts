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
  const ids = [...seats.punctual.keys()].filter((id) => seats.client.has(id) && seats.server.has(id))
  if (ids.length === 0) throw new Error('no request is known to the simulation, the client and the server')
  const of = (seat: Seats[keyof Seats]) => ids.map((id) => seat.get(id)!)
  const [punctual, late, simulated, heard] = [of(seats.punctual), of(seats.late), of(seats.asLate), of(seats.heard)]
  const [client, server] = [of(seats.client), of(seats.server)]
  const count = { simulated: seats.punctual.size, live: ids.length }
  return [
    { figure: 'requests', ...count, allowed: 'all', kept: count.simulated === count.live },
    within('hit rate %, punctual client', 100 * hitRate(punctual), 100 * hitRate(client), 0.5, '0.5 points'),
    ...(['ttftMs', 'tpotMs'] as const).flatMap((name) =>
      [0.5, 0.9].flatMap((p) => latencies(name, p, { simulated, client, server })),
    ),
    agreement('TTFT of each request %', simulated, server),
    agreement('TTFT of each request at heard arrivals %', heard, server),
    notJudged(agreement('TTFT of each request, punctual client %', punctual, server)),
    notJudged(agreement(`TTFT simulated, punctual and ${lateMs} ms late %`, punctual, late)),
  ]
}

function notJudged(figure: ComparedFigure): ComparedFigure {
  return { ...figure, allowed: 'not judged', kept: true }
}

type Seen = Readonly<Record<'simulated' | 'client' | 'server', readonly SeenRequest[]>>

function latencies(name: 'ttftMs' | 'tpotMs', p: number, { simulated, client, server }: Seen): ComparedFigure[] {
  const values = (requests: readonly SeenRequest[]) => requests.flatMap((each) => each[name] ?? [])
  const at = (each: readonly number[]) => quantileOf(each, p)
  const spentMs = client.map((each, index) => differenceOf(each[name], server[index]![name])[0] ?? 0)
  // What each request was measured to spend on the way, on top of what was predicted for it.
  const onTheWay = simulated.flatMap((each, index) => (each[name] === undefined ? [] : each[name] + spentMs[index]!))
  const [title, expected, spent] = [`${name.slice(0, 4)} p${p * 100} ms`, at(values(simulated)), at(onTheWay)]
  return [
    within(`${title}, server`, expected, at(values(server)), 0.05 * expected, '5 %'),
    within(`${title}, client`, spent, at(values(client)), 0.05 * spent, '5 % of predicted + spent'),
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
