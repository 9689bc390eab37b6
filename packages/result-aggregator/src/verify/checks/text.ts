import type { RunFile } from '../../result/run-header.ts'
import { type Finding, fail, pass } from '../../result/verification.ts'

/** What moves a cursor, changes direction, hides itself or breaks a line; names of models and machines have none. */
const unshown = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u

/** Whether what the run is called by can be shown as it stands: names that look alike and differ in what is not shown are no names. */
export function textFinding(
  run: Pick<RunFile, 'identity' | 'toolVersion' | 'replaySemantics' | 'commit' | 'plan'>,
): Finding {
  const { identity, toolVersion, replaySemantics, commit, plan } = run
  const named = { identity, toolVersion, replaySemantics, commit, preset: plan.preset }
  const bad = placesOf(named, '').filter((place) => place !== undefined)
  if (bad.length === 0) return pass('names have nothing in them that is not shown')
  return fail(`characters that are not shown stand in ${bad.slice(0, 5).join(', ')}`, bad)
}

/** Where in a value such a text or key stands, by its path; a key that has some is told by its parent's. */
function placesOf(value: unknown, path: string): string[] {
  if (typeof value === 'string') return unshown.test(value) ? [path] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) =>
    unshown.test(key) ? [`${path} (a key)`] : placesOf(each, path === '' ? key : `${path}.${key}`),
  )
}
