/** A number of 32 bits made of another: what the plans of logs draw their tokens by. Source: `token_formula` in them. */
export function scramble(value: number): number {
  let x = value >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
  return (x ^ (x >>> 16)) >>> 0
}
