import * as z from 'zod'
import { AprilMultiEntry, AprilRunners, AprilSingleEntry } from './april-master.ts'
import { AugustMultiEntry, AugustRunners, AugustSingleEntry } from './august-master.ts'
import { ChangelogEntry } from './changelog.ts'
import { AprilRow, AugustRow } from './rows.ts'

/**
 * The JSON Schemas for editors and other programs, by file name, as texts ready to be written. They say what the zod schemas
 * say; the rules between fields are `matrix validate`'s alone.
 */
export function renderJsonSchemas(): ReadonlyMap<string, string> {
  const extension = {
    extends: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe('Templates of this file to start from.'),
  }
  // What a template or the defaults give need not be written in the entry, so in our own files every field is optional.
  const partial = z.union([
    AugustSingleEntry.partial().extend(extension).strict(),
    AugustMultiEntry.partial().extend(extension).strict(),
  ])
  const ourMaster = z
    .object({
      defaults: partial.optional().describe('Merged under every entry of the file.'),
      templates: z.record(z.string(), partial).optional().describe('Partial entries that `extends` names.'),
    })
    .catchall(partial)
  return new Map([
    render(
      'master.apr2026',
      'Master file of InferenceX, April 2026',
      z.record(z.string(), z.union([AprilSingleEntry, AprilMultiEntry])),
    ),
    render(
      'master.aug2026',
      'Master file of InferenceX, August 2026',
      z.record(z.string(), z.union([AugustSingleEntry, AugustMultiEntry])),
    ),
    render('master', 'Master file of Reprise: the August 2026 form with defaults and templates', ourMaster),
    render('runners.apr2026', 'runners.yaml of April 2026', AprilRunners),
    render('runners', 'runners.yaml: scheduling labels and hardware', AugustRunners),
    render('row.apr2026', 'A job row of April 2026', AprilRow),
    render('row.aug2026', 'A job row of August 2026', AugustRow),
    render('changelog', 'Changelog of configurations to measure', z.array(ChangelogEntry)),
  ])
}

function render(name: string, title: string, schema: z.ZodType): readonly [file: string, text: string] {
  const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', reused: 'ref' })
  return [`${name}.schema.json`, `${JSON.stringify({ title, ...json }, null, 2)}\n`]
}
