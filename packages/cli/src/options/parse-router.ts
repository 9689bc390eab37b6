import { nearest } from '@reprise/config-file'
import { RouterConfig } from '@reprise/engine-sim/core'
import { printable } from '@reprise/safe-text'
import { InvalidArgumentError } from 'commander'

const names = RouterConfig.options.map(({ shape }) => shape.routing.value)

/** For help: the routers that there are. */
export const routerNames = names.join(', ')

/** A router as `NAME` or `NAME:key=value,...`, keys in small letters with hyphens: `kv:temperature=0.5,use-kv-events=false`. */
export function parseRouter(text: string): RouterConfig {
  const at = text.indexOf(':')
  const name = at < 0 ? text : text.slice(0, at)
  const option = RouterConfig.options.find(({ shape }) => shape.routing.value === name)
  if (!option) throw unknown('router', name, names)
  const keys = Object.keys(option.shape).filter((key) => key !== 'routing')
  const settings = at < 0 ? [] : text.slice(at + 1).split(',')
  const given = settings.map((setting) => settingOf(setting, name, keys))
  const twice = given.find(([key], index) => given.findIndex(([other]) => other === key) < index)
  if (twice) throw new InvalidArgumentError(`${hyphened(twice[0])} is given twice: leave one out.`)
  const parsed = option.safeParse({ routing: name, ...Object.fromEntries(given) })
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new InvalidArgumentError(`${hyphened(String(path[0]))}: ${message}.`)
}

function settingOf(setting: string, name: string, keys: readonly string[]): [string, number | boolean] {
  const [word = '', ...rest] = setting.split('=')
  const key = keys.find((each) => hyphened(each) === word.trim())
  if (key === undefined && keys.length === 0)
    throw new InvalidArgumentError(`${name} has no settings: write ${name} alone.`)
  if (key === undefined) throw unknown(`setting of ${name}`, word.trim(), keys.map(hyphened))
  const value = rest.join('=').trim()
  if (value === 'true' || value === 'false') return [key, value === 'true']
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return [key, Number(value)]
  throw new InvalidArgumentError(`Write ${hyphened(key)}=NUMBER, or true or false where it is one of them.`)
}

function unknown(what: string, word: string, words: readonly string[]): InvalidArgumentError {
  const near = nearest(word, words)
  return new InvalidArgumentError(
    `No ${what} is called '${printable(word, 40)}'${near === undefined ? '' : `: did you mean ${near}?`}; there are ${words.join(', ')}.`,
  )
}

function hyphened(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
