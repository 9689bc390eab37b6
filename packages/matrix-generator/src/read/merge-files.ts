import {
  isMapping,
  type Locations,
  type Mapping,
  type Problem,
  parseYaml,
  quoted,
  type TextFile,
} from '@reprise/config-file'
import { inherit } from './inherit.ts'

/**
 * All master files as one mapping from config key to unchecked entry, in file order. A key that two files have, a file that is
 * no mapping and every syntax error are added to `problems`. Under `compat` a key repeated within a file is only warned of,
 * its last value counts, and `defaults`, `templates` and `extends` mean nothing, as for InferenceX.
 */
export function mergeFiles(
  files: readonly TextFile[],
  locations: Locations,
  compat: boolean,
  problems: Problem[],
): Mapping {
  const merged: Record<string, unknown> = {}
  for (const file of files) {
    const parsed = parseYaml(file, locations, { duplicateKeys: compat ? 'last-wins' : 'error' })
    problems.push(...parsed.problems)
    if (parsed.problems.some((problem) => problem.severity === 'error')) continue
    if (isMapping(parsed.value)) {
      const entries = compat ? parsed.value : inherit(parsed.value, locations, problems)
      addEntries(merged, entries, locations, problems)
    } else {
      const cure = 'write one mapping per config key'
      const place = { file: file.file, line: 1, column: 1 }
      problems.push({
        severity: 'error',
        code: 'master-form',
        place,
        message: 'the file is not a mapping of entries',
        cure,
      })
    }
  }
  return merged
}

function addEntries(
  merged: Record<string, unknown>,
  entries: Mapping,
  locations: Locations,
  problems: Problem[],
): void {
  for (const [key, entry] of Object.entries(entries)) {
    const spots = locations.member(entries, key)
    if (Object.hasOwn(merged, key)) {
      const first = locations.keyPlace(merged, [key])
      const place = spots?.key.source.place(spots.key.offset)
      const where = first === undefined ? '' : ` in ${first.file}:${first.line}`
      const message = `the config key ${quoted(key)} is already used${where}`
      problems.push({
        severity: 'error',
        code: 'duplicate-key',
        ...(place && { place }),
        message,
        cure: 'rename or remove one',
      })
      continue
    }
    merged[key] = entry
    if (spots !== undefined) locations.setMember(merged, key, spots)
  }
}
