import { z } from 'zod'
import type { Result } from '../../result/result.ts'

/** Workers of a deployment by what they do, and the GPUs of each where they are known. Dynamo counts those that do both as decoding. */
export interface ProvisionedWorkers {
  readonly prefill: number
  readonly decode: number
  readonly gpusPerWorker?: number
}

const count = z.int().positive()
const Fleet = z.union([z.object({ workers: count }), z.object({ prefillWorkers: count, decodeWorkers: count })])
const SimulatedEngine = z.object({ schema: z.literal('engine/1'), fleet: Fleet.optional() })

/** Of a simulated run, as the description of its engine says; of another nobody knows. */
export function provisionedWorkers({ identity }: Result): ProvisionedWorkers | undefined {
  const engine = SimulatedEngine.safeParse(identity.engine?.config)
  if (!engine.success) return undefined
  const fleet = engine.data.fleet ?? { workers: 1 }
  const [prefill, decode] = 'workers' in fleet ? [0, fleet.workers] : [fleet.prefillWorkers, fleet.decodeWorkers]
  const gpusPerWorker = (identity.gpus ?? 0) / (prefill + decode)
  return { prefill, decode, ...(gpusPerWorker > 0 && Number.isInteger(gpusPerWorker) && { gpusPerWorker }) }
}
