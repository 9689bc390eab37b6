/**
 * The tokens of parts, made as many as a server counted in all.
 *
 * Where they are the model's own, what the server has more is of its chat template, which stands before every message: each part gets as many
 * more in front. Where they are not, or are too many, each is stretched over its share of the count, so that parts that begin alike still do.
 *
 * @param told absent: the parts have their own lengths.
 */
export function fitTokens(
  own: readonly Uint32Array[],
  { told, isExact }: { readonly told: number | undefined; readonly isExact: boolean },
): Uint32Array[] {
  const sum = own.reduce((total, { length }) => total + length, 0)
  if (told === undefined || told === sum || own.length === 0) return [...own]
  if (isExact && told > sum) return own.map((tokens, index) => padded(tokens, share(told - sum, index, own.length)))
  let [seen, given] = [0, 0]
  return own.map((tokens, index) => {
    seen += tokens.length
    const end = sum === 0 ? share(told, index, own.length) + given : Math.round((told * seen) / sum)
    const fitted = stretched(tokens, end - given)
    given = end
    return fitted
  })
}

/** The first have one more where it cannot be shared out evenly. */
function share(count: number, index: number, parts: number): number {
  return Math.floor(count / parts) + (index < count % parts ? 1 : 0)
}

function padded(tokens: Uint32Array, more: number): Uint32Array {
  const all = new Uint32Array(more + tokens.length)
  all.set(tokens, more)
  return all
}

function stretched(tokens: Uint32Array, length: number): Uint32Array {
  if (tokens.length === 0) return new Uint32Array(length)
  return Uint32Array.from({ length }, (_, index) => tokens[Math.floor((index * tokens.length) / length)]!)
}
