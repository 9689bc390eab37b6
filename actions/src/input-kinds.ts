import { z } from 'zod'

// What an input may be. Each takes text, or undefined where nothing was given, and its message says what to write instead.

/** Any one line of text; a NUL, a line break and their like have no place in a name or a path. */
export function line() {
  return z.string().regex(/^[^\p{Cc}\u2028\u2029]{1,4096}$/u, 'write one line of printable text')
}

/** Names apart by blanks, commas or line breaks; never an empty list. */
export function words() {
  return z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((word) => word !== ''))
    .pipe(z.array(line()).min(1, 'write names, with blanks between them'))
}

export function choice<const Values extends readonly [string, ...string[]]>(...values: Values) {
  return z.enum(values, `write ${values.join(' or ')}`)
}

/** Names out of a list, apart by blanks. */
export function choices<const Values extends readonly [string, ...string[]]>(...values: Values) {
  return words().pipe(z.array(z.enum(values, `write one or several of ${values.join(', ')}`)))
}

/** A count, as text: it goes on as an argument. */
export function wholeNumber() {
  return z.string().regex(/^\d{1,9}$/, 'write a whole number')
}

/** `name=value` of these names, apart by blanks; a name may come again, with one value more. */
export function settings<const Names extends readonly [string, ...string[]]>(...names: Names) {
  const cure = `write name=value, with blanks between, of ${names.join(', ')}`
  return z
    .string()
    .transform((text) => text.split(/\s+/).filter((word) => word !== ''))
    .pipe(
      z
        .array(line().refine((word) => names.some((name) => word.startsWith(`${name}=`) && word !== `${name}=`), cure))
        .min(1, cure),
    )
}

/** 64 hex digits. */
export function sha256() {
  return z.string().regex(/^[0-9a-f]{64}$/, 'write 64 hex digits')
}

/** Of a run of GitHub. */
export function runNumber() {
  return z.string().regex(/^\d{1,20}$/, 'write the number of a run')
}

/** Seconds of a window, as text. */
export function seconds() {
  return z.string().regex(/^[1-9]\d{0,5}$/, 'write whole seconds, as in 4 or 90')
}

export function yesNo() {
  return z
    .enum(['true', 'True', 'TRUE', 'false', 'False', 'FALSE'], 'write true or false')
    .transform((text) => text.toLowerCase() === 'true')
}

/** The JSON text of one object; what is in it, the command checks. */
export function jsonObject() {
  return z
    .string()
    .max(200_000, 'at most 200,000 characters')
    .refine(isObject, 'write one job as JSON: an element of the matrix that generate-matrix puts out')
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
