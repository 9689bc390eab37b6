/** Can the number stand on a command line as it is: finite, no digits lost, no exponent? */
export function isExact(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER && !String(value).includes('e')
}
