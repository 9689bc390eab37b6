/** Whoever names a model, a GPU or how they are put together can fix this. */
export class RooflineError extends Error {
  override readonly name = 'RooflineError'
}
