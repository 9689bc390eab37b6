import { codeOf, withoutComments } from './code-of.ts'

/** What pure code may take of Node, by module: whole, or these names alone. All else gives a clock, dice, a disk, a network, a process or a terminal. */
const pureOfNode: Readonly<Record<string, 'all' | readonly string[]>> = {
  buffer: 'all',
  // Ed25519 signs without dice: a signature is a function of key and text.
  crypto: ['createHash', 'createHmac', 'createPrivateKey', 'createPublicKey', 'KeyObject', 'sign', 'verify'],
  // resolve and relative ask for the working folder.
  path: ['basename', 'dirname', 'extname', 'join'],
  string_decoder: 'all',
  url: 'all',
  util: ['isDeepStrictEqual', 'stripVTControlCharacters'],
  zlib: ['crc32', 'gunzipSync', 'gzipSync'],
}

/** Libraries that are functions of their arguments. */
const pureLibraries: readonly string[] = [
  '@msgpack/msgpack',
  'cli-table3',
  'echarts',
  'hyparquet-writer',
  'yaml',
  'zod',
]

/** Names that the surroundings give to every file, as words of their own. */
const ambientNames =
  /(?<![\w$.])(?:process|performance|console|crypto|navigator|fetch|require|globalThis|XMLHttpRequest|EventSource|WebSocket|BroadcastChannel|localStorage|sessionStorage|set(?:Timeout|Interval|Immediate)|queueMicrotask)\b(?!\s*\??:)/

/** What gives the time, chance, the language or the time zone of the machine, however it is reached. */
const ambientMembers =
  /\bDate\.now\b|\bnew\s+Date\b(?!\s*\(\s*[^\s)])|(?<![\w$.]|\bnew\s+)Date\s*\(|\bMath\.random\b|\b(?:random(?:UUID|Bytes|Int|Fill|FillSync)|getRandomValues|webcrypto|hrtime|getTimezoneOffset)\b|\bAtomics\.wait|\bscheduler\.(?:wait|yield)\b|\bTemporal\.Now\b|\bIntl\.\w+\(\s*\)|\.toLocale\w*\(\s*(?:\)|undefined\b|\[\])|\.get(?:Hours|Minutes|Date|Day|Month|FullYear)\(/

/** `import x from 'm'`, `export { x } from 'm'`, `import('m')`, `require('m')`: what is taken, and from where. */
const imports =
  /^\s*(?:import|export)\s+(?<taken>[^'"]*?)\s*\bfrom\s*['"](?<from>[^'"]+)['"]|^\s*import\s*['"](?<bare>[^'"]+)['"]|\b(?:import|require)\s*\(\s*(?:['"](?<called>[^'"]+)['"]|(?<unknown>[^'")\s]))/gm

/** The first thing in a source that is no function of its arguments; absent if there is none. */
export function ambientIn(source: string): string | undefined {
  for (const { 0: whole, groups } of withoutComments(source).matchAll(imports)) {
    const module = groups!.from ?? groups!.bare ?? groups!.called
    if (module === undefined || !isPure(module, groups!.taken)) return whole.trim()
  }
  const code = codeOf(source)
  return (code.match(ambientMembers) ?? code.match(ambientNames))?.[0]
}

/** The files of its own package that a source takes values from, as written; types cause nothing. */
export function valueImportsOf(source: string): string[] {
  return [...withoutComments(source).matchAll(imports)].flatMap(({ groups }) => {
    const module = groups!.from ?? groups!.bare ?? groups!.called
    const isTypes = groups!.taken !== undefined && /^type\b|^\{(?:\s*type\s[^,}]*,?)+\s*\}$/.test(groups!.taken)
    return module?.startsWith('.') && !isTypes ? [module] : []
  })
}

function isPure(module: string, taken: string | undefined): boolean {
  if (/^\.|^@reprise\//.test(module)) return true
  const name = module.replace(/^node:/, '')
  if (!Object.hasOwn(pureOfNode, name))
    return pureLibraries.some((each) => module === each || module.startsWith(`${each}/`))
  const allowed = pureOfNode[name]!
  if (allowed === 'all') return true
  const list = taken?.match(/^(?:type\s+)?\{([^}]*)\}$/)?.[1]
  if (list === undefined) return false
  return list
    .split(',')
    .map(
      (each) =>
        each
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+/, 1)[0]!,
    )
    .every((each) => each === '' || allowed.includes(each))
}
