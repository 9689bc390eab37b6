import { RouterConfig } from '@reprise/engine-sim/core'
import { InvalidArgumentError } from 'commander'
import { hyphened, parseSettings, unknownWord } from './parse-settings.ts'

const names = RouterConfig.options.map(({ shape }) => shape.routing.value)

/** For help: the routers that there are. */
export const routerNames = names.join(', ')

/** A router as `NAME` or `NAME:key=value,...`, keys in small letters with hyphens: `kv:temperature=0.5,use-kv-events=false`. */
export function parseRouter(text: string): RouterConfig {
  const at = text.indexOf(':')
  const name = at < 0 ? text : text.slice(0, at)
  const option = RouterConfig.options.find(({ shape }) => shape.routing.value === name)
  if (!option) throw unknownWord('router', name, names)
  const keys = Object.keys(option.shape).filter((key) => key !== 'routing')
  const given = at < 0 ? {} : parseSettings(text.slice(at + 1), name, keys)
  const parsed = option.safeParse({ routing: name, ...given })
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new InvalidArgumentError(`${hyphened(String(path[0]))}: ${message}.`)
}
