import { existsSync } from 'node:fs'
import { type BesideShape, besideShapes, PriceTable, writeReport } from '@reprise/result-aggregator'
import { logText } from '@reprise/safe-text'
import type { Command } from 'commander'
import { readCapacity } from '../capacity/read-capacity.ts'
import { commandNotes } from '../options/command-notes.ts'
import { readJsonNamed } from '../options/read-json-named.ts'
import { type ToldOptions, toldOf } from '../options/told-of.ts'
import { addToldOptions, parseLabel } from '../options/told-options.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples, writeJson } from '../terminal/output.ts'

type Options = ToldOptions & { readonly out?: string; readonly json: boolean; readonly prices?: string } & Readonly<
    Record<BesideShape, boolean>
  >

/** `reprise report`: runs to one page to look at. */
export function registerReport(program: Command, { io }: CommandContext): void {
  const command = program
    .command('report')
    .argument('<run...>', 'run folders, or folders of them; LABEL=FOLDER names the runs in it')
    .description(commandNotes.report.about)
    .option(
      '--out <file>',
      'where to; default: report.html in the folder of the run, or in the one that holds all runs',
    )
    .option(
      '--prices <file>',
      'prices of GPU hours and provisioned power (JSON) instead of those that come with the tool',
    )
    .option('--csv', 'also write all figures beside the page, a row for each run', false)
    .option('--svg', 'also write the charts beside the page, a file each', false)
    .option('--markdown', 'also write a table beside the page that can be pasted', false)
    .option('--json', 'what was written as JSON on stdout', false)
  addToldOptions(command, { label: false })
    .addHelpText(
      'after',
      examples(
        'npx reprise report runs/real',
        'npx reprise report v1=runs/base v2=runs/regr --out compare.html',
        'npx reprise report runs/sweep --csv --svg --markdown',
        'npx reprise report runs/sweep --prices prices.json',
        'npx reprise report runs/sweep --gpus 8 --hardware b200 --price-per-gpu-hour 2.34',
      ),
    )
    .action(async (folders: string[], { out, json, prices, ...options }: Options) => {
      const beside = besideShapes.filter((shape) => options[shape])
      const table = prices === undefined ? undefined : await readJsonNamed('--prices', prices, priceFile)
      const search = folders.length === 1 ? await readCapacity(folders[0]!) : undefined
      if (typeof search === 'string')
        io.stderr.write(
          `${logText(`${folders[0]}/capacity.json is none that capacity wrote (${search})`)}; the page is about the runs alone\n`,
        )
      const written = await writeReport(folders.map(labelledFolder), {
        told: toldOf(options),
        beside,
        ...(table && { prices: table }),
        ...(typeof search === 'object' && { capacity: search }),
        ...(out !== undefined && { out }),
      })
      for (const line of written.changed ?? [])
        io.stderr.write(`${line}; the page shows the result that lies there, and results build makes it anew\n`)
      for (const line of written.toldOtherwise ?? []) io.stderr.write(`${line}; the page shows what the run was told\n`)
      if (json) writeJson(io, written)
      else for (const path of [written.path, ...(written.files ?? [])]) io.stdout.write(`${path}\n`)
    })
}

const priceFile = {
  schema: PriceTable,
  name: 'table of prices',
  maxBytes: 1024 * 1024,
  cure: 'it is {"schema": "prices/1", "asOf": "2026-04", "usdPerGpuHour": {"b200": {"rental": 2.9}}, "kwPerGpu": {"b200": 2.17}}, in US dollars and, where it is given, kilowatts',
} as const

/** `v1=runs/base`: the folder under a label. A folder that is called so is meant itself. */
function labelledFolder(text: string): { folder: string; label?: string } {
  const [, label, folder] = /^([^=]+)=(.+)$/s.exec(text) ?? []
  if (label === undefined || folder === undefined || existsSync(text)) return { folder: text }
  return { folder, label: parseLabel(label) }
}
