import { type Problem, renderAnnotations, renderProblems } from '@reprise/config-file'
import type { Io } from './io.ts'

/** Says on stderr what is wrong in files: for a terminal, or in a workflow as annotations of the lines it is about. */
export function tellProblems(
  io: Io,
  { annotations = false }: { readonly annotations?: boolean },
  problems: readonly Problem[],
): void {
  if (problems.length === 0) return
  const asAnnotations = annotations || io.env.GITHUB_ACTIONS === 'true'
  io.stderr.write(asAnnotations ? renderAnnotations(problems) : renderProblems(problems))
}
