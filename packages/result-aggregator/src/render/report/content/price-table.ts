import { z } from 'zod'

/** What an hour of a GPU costs, by hardware and by who pays: a dated table that a reader may replace and edit. */
export const PriceTable = z.strictObject({
  schema: z.literal('prices/1'),
  /** When these were the prices: `2026-04`. */
  asOf: z.string().min(4).max(40),
  source: z.string().max(400).optional(),
  /** US dollars: `{ b200: { rental: 2.9 } }`. */
  usdPerGpuHour: z.record(z.string().min(1).max(80), z.record(z.string().min(1).max(40), z.number().positive())),
  /** What a GPU takes of a data center, all in: its part of hosts, network and cooling too, kW. */
  kwPerGpu: z.record(z.string().min(1).max(80), z.number().positive()).optional(),
})
export type PriceTable = z.infer<typeof PriceTable>

/**
 * Source: InferenceX-app (SemiAnalysisAI), the constants of its cost charts as of April 2026: what a hyperscaler and a neocloud pay over years, and
 * what three years of rent cost; and the kilowatts that are provisioned for a GPU, all in.
 */
export const defaultPrices: PriceTable = {
  schema: 'prices/1',
  asOf: '2026-04',
  source: 'InferenceX-app',
  usdPerGpuHour: {
    h100: { hyperscaler: 1.3, neocloud: 1.69, rental: 1.3 },
    h200: { hyperscaler: 1.41, neocloud: 1.74, rental: 1.6 },
    b200: { hyperscaler: 1.95, neocloud: 2.34, rental: 2.9 },
    b300: { hyperscaler: 2.34, neocloud: 2.808, rental: 3.48 },
    gb200: { hyperscaler: 2.21, neocloud: 2.75, rental: 3.3 },
    mi300x: { hyperscaler: 1.12, neocloud: 1.4, rental: 1.55 },
    mi325x: { hyperscaler: 1.28, neocloud: 1.59, rental: 1.8 },
    mi355x: { hyperscaler: 1.48, neocloud: 1.9, rental: 2.1 },
  },
  kwPerGpu: {
    ...{ h100: 1.73, h200: 1.73, b200: 2.17, b300: 2.17, gb200: 2.1 },
    ...{ mi300x: 1.79, mi325x: 2.18, mi355x: 2.65 },
  },
}

/** The row of a table that is meant by what a run calls its hardware: the longest name that stands in it. */
export function pricesOf(
  hardware: string | undefined,
  { usdPerGpuHour }: PriceTable,
): Readonly<Record<string, number>> {
  return meantBy(hardware, usdPerGpuHour) ?? {}
}

/** The kilowatts that are provisioned for a GPU, likewise; `undefined` where the table has none. */
export function kwPerGpuOf(hardware: string | undefined, { kwPerGpu = {} }: PriceTable): number | undefined {
  return meantBy(hardware, kwPerGpu)
}

function meantBy<Row>(hardware: string | undefined, table: Readonly<Record<string, Row>>): Row | undefined {
  const called = (hardware ?? '').toLowerCase()
  const names = Object.keys(table).filter((name) => called.includes(name.toLowerCase()))
  const [longest] = names.toSorted((one, other) => other.length - one.length)
  return longest === undefined ? undefined : table[longest]
}
