import type { Model } from './model.ts'
import { models } from './models.ts'
import { nearestName } from './nearest-name.ts'
import { RooflineError } from './roofline-error.ts'

/**
 * The model that an id names: `nvidia/DeepSeek-R1-0528-FP4-V2` is DeepSeek-R1.
 *
 * @throws RooflineError with the nearest name when there is none.
 */
export function modelNamed(id: string): Model {
  const plain = plainOf(id)
  const found = models.find(({ ids }) => ids.some((part) => plain.includes(plainOf(part))))
  if (found) return found
  const guess = nearestName(
    id.slice(id.lastIndexOf('/') + 1),
    models.map(({ name }) => name),
  )
  throw new RooflineError(`the shape of model "${id}" is not known; did you mean ${guess}?`)
}

function plainOf(id: string): string {
  return id.toLowerCase().replace(/[^a-z0-9.]+/g, '-')
}
