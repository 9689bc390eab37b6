import type { Finding } from './finding.ts'
import type { RecipeSource } from './recipe-source.ts'

/**
 * Flags that are written in two ways, so that the server would be given both: `--max_num_seqs` does not replace `--max-num-seqs`
 * of a base, and which of them counts is the engine's affair. Of engines alone whose flags we know.
 */
export function checkSpellings({ engine, server, prefill, decode }: RecipeSource): Finding[] {
  if (server === undefined || (engine !== 'vllm' && engine !== 'sglang')) return []
  const workers = Object.entries({ prefill, decode }).map(([role, worker]) => [
    ...namesOf(server, 'server'),
    ...namesOf(worker ?? {}, role),
  ])
  return [...new Map(workers.flatMap(repeated).map((finding) => [finding.path.join(' '), finding])).values()]
}

type Named = ReturnType<typeof namesOf>

function repeated(names: Named): Finding[] {
  const seen = new Map<string, string>()
  return names.flatMap(({ name, path }): Finding[] => {
    const flag = meaningOf(name)
    const known = seen.get(flag)
    if (known === undefined || known === name) {
      seen.set(flag, name)
      return []
    }
    const message = `${name} is ${known} in another spelling, and the server would be given both`
    return [{ code: 'spelling', path, atKey: true, message, cure: `write it as ${known}` }]
  })
}

/** In the order in which files lay them down; names that cannot be flags are told elsewhere. */
function namesOf({ flags = {}, when = [] }: Pick<NonNullable<RecipeSource['server']>, 'flags' | 'when'>, key: string) {
  const variants = when.map((variant, i) => ({ flags: variant.flags ?? {}, path: [key, 'when', i, 'flags'] }))
  return [{ flags, path: [key, 'flags'] }, ...variants].flatMap((each) =>
    Object.entries(each.flags).flatMap(([name, value]) =>
      value === null || value === false ? [] : [{ name, path: [...each.path, name] }],
    ),
  )
}

/**
 * Short names of the sizes that rows have. `-ep` is left out: it is a switch of vLLM and a size of SGLang.
 *
 * Source: https://docs.vllm.ai/en/stable/cli/serve/ and https://docs.sglang.ai/advanced_features/server_arguments.html
 */
const longNames: Readonly<Record<string, string>> = {
  tp: 'tensor-parallel-size',
  'tp-size': 'tensor-parallel-size',
  pp: 'pipeline-parallel-size',
  'pp-size': 'pipeline-parallel-size',
  dp: 'data-parallel-size',
  'dp-size': 'data-parallel-size',
  'ep-size': 'expert-parallel-size',
}

/** Dashes and underscores are the same to both engines' users; what follows a dot is a key of JSON and stays as it is. */
function meaningOf(name: string): string {
  const [flag = '', ...keys] = name.replace(/^--?/, '').split('.')
  const dashed = flag.replaceAll('_', '-')
  return [Object.hasOwn(longNames, dashed) ? longNames[dashed] : dashed, ...keys].join('.')
}
