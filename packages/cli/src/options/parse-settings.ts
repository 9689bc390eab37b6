import { nearest } from '@reprise/config-file/nearest'
import { printable } from '@reprise/safe-text'
import { InvalidArgumentError } from 'commander'

/** `key=value,...` of what is called `name`, whose settings are `keys`: by those, numbers and truths, and of `worded` ones words. @throws InvalidArgumentError */
export function parseSettings(
  text: string,
  name: string,
  keys: readonly string[],
  worded: readonly string[] = [],
): Record<string, number | boolean | string> {
  const given = text.split(',').map((setting) => settingOf(setting, { name, keys, worded }))
  const twice = given.find(([key], index) => given.findIndex(([other]) => other === key) < index)
  if (twice) throw new InvalidArgumentError(`${hyphened(twice[0])} is given twice: leave one out.`)
  return Object.fromEntries(given)
}

function settingOf(
  setting: string,
  {
    name,
    keys,
    worded,
  }: { readonly name: string; readonly keys: readonly string[]; readonly worded: readonly string[] },
): [string, number | boolean | string] {
  const [word = '', ...rest] = setting.split('=')
  const key = keys.find((each) => hyphened(each) === word.trim())
  if (key === undefined && keys.length === 0)
    throw new InvalidArgumentError(`${name} has no settings: write ${name} alone.`)
  if (key === undefined) throw unknownWord(`setting of ${name}`, word.trim(), keys.map(hyphened))
  const value = rest.join('=').trim()
  if (worded.includes(key)) {
    if (value === '') throw new InvalidArgumentError(`Write ${hyphened(key)}=NAME.`)
    return [key, value]
  }
  if (value === 'true' || value === 'false') return [key, value === 'true']
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return [key, Number(value)]
  throw new InvalidArgumentError(`Write ${hyphened(key)}=NUMBER, or true or false where it is one of them.`)
}

/** Names what there is, and what was likely meant. */
export function unknownWord(what: string, word: string, words: readonly string[]): InvalidArgumentError {
  const near = nearest(word, words)
  return new InvalidArgumentError(
    `No ${what} is called '${printable(word, 40)}'${near === undefined ? '' : `: did you mean ${near}?`}; there are ${words.join(', ')}.`,
  )
}

/** A name of ours as a word of a command line. */
export function hyphened(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
