import type { Problem, TextFile } from '@reprise/config-file'
import {
  type AddedEntry,
  bucketRows,
  type ChangelogInput,
  type ChangelogPlan,
  changedFiles,
  expandFullSweep,
  type Matrix,
  mergeBase,
  parseChangelog,
  planChangelog,
  readAtRef,
  readMatrix,
  selectChanged,
} from '@reprise/matrix-generator'
import type { Command } from 'commander'
import { addFileOptions, addPrintOptions, type MatrixFileOptions, ourConfigFiles } from '../options/matrix-options.ts'
import { guarded } from '../sweep/guarded.ts'
import { type PrintOptions, printJobs } from '../sweep/print-jobs.ts'
import { readOptions } from '../sweep/read-matrix-files.ts'
import { recipeSources } from '../sweep/recipe-lookup.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { examples } from '../terminal/output.ts'
import { tellProblems } from '../terminal/tell-problems.ts'

interface RefOptions extends MatrixFileOptions {
  readonly baseRef: string
  readonly headRef: string
}

interface ChangedOptions extends RefOptions, PrintOptions {
  readonly allowEmpty: boolean
  readonly mergeBase: boolean
  readonly changelogFile?: string
}

interface ChangelogOptions extends RefOptions, PrintOptions {
  readonly changelogFile: string
  readonly trimConc: boolean
  readonly evals: boolean
  readonly evalsOnly: boolean
  readonly allEvals: boolean
}

/** `reprise matrix changed`: the jobs that a git range touches. */
export function registerChanged(matrix: Command, context: CommandContext): void {
  const command = matrix
    .command('changed')
    .description('The jobs that differ between two revisions, or whose recipe or runner profile does.')
  addPrintOptions(addRefOptions(command))
    .option('--allow-empty', 'touching no job is fine', false)
    .option('--merge-base', 'count from where the later revision left the earlier one', false)
    .option('--changelog-file <file>', 'where this log has gained entries, they say what to measure')
    .addHelpText(
      'after',
      examples(
        'npx reprise matrix changed --base-ref origin/main --head-ref HEAD --estimate',
        'npx reprise matrix changed --base-ref origin/main --merge-base --changelog-file perf-changelog.yaml --as jobs',
      ),
    )
    .action((options: ChangedOptions) => guarded(context, options, () => changedSince(context, options)))
}

/** Entries that the log gained say what to measure; without any, it is what differs. */
async function changedSince(context: CommandContext, options: ChangedOptions): Promise<void> {
  const { mergeBase: isMerged, headRef, changelogFile } = options
  const baseRef = isMerged ? mergeBase(process.cwd(), options.baseRef, headRef) : options.baseRef
  const since = { ...options, baseRef }
  const added = changelogFile === undefined ? [] : addedEntries(since, changelogFile)
  if (added.length === 0) return changed(context, since)
  const head = headMatrix(since)
  const { throughput, evaluations } = planAdded(since, { head, added, trim: options.trim })
  tellProblems(context.io, options, head.warnings)
  return printJobs(head, [...throughput, ...evaluations], options, context.io)
}

/** A log that came with the very first push is history, and asks for nothing. */
function addedEntries({ baseRef, headRef }: RefOptions, file: string): AddedEntry[] {
  const now = readAtRef(process.cwd(), headRef, file)
  if (now === undefined || /^0+$/.test(baseRef)) return []
  return parseChangelog(readAtRef(process.cwd(), baseRef, file)?.text ?? '', now)
}

function planAdded(options: RefOptions, asked: Omit<ChangelogInput, 'base'>): ChangelogPlan {
  const base = asked.added.some(({ entry }) => entry['append-only']) ? baseMatrix(options) : undefined
  return planChangelog({ ...asked, ...(base && { base }) })
}

async function changed({ io }: CommandContext, options: ChangedOptions): Promise<void> {
  const head = headMatrix(options)
  const base = baseMatrix(options)
  const expand = (files: Matrix) => expandFullSweep(files, { noEvals: true, allowEmpty: true })
  const { jobs: headJobs, problems } = expand(head)
  const { jobs, unusedFiles } = selectChanged({
    head,
    headJobs,
    baseJobs: base === undefined ? [] : expand(base).jobs,
    ...(base && { baseMatrix: base }),
    changedFiles: changedFiles(process.cwd(), options.baseRef, options.headRef),
    recipesOf: await recipeSources(),
  })
  if (jobs.length === 0 && !options.allowEmpty) {
    throw new UsageError('the change touches no job; say --allow-empty if that is fine')
  }
  const unused = unusedFiles.map((file): Problem => {
    return { severity: 'note', code: 'unused-file', message: `no job is started from ${JSON.stringify(file)}` }
  })
  tellProblems(io, options, [...problems, ...unused])
  return printJobs(head, jobs, options, io)
}

/** `reprise matrix changelog`: the jobs that new entries of the changelog ask for. */
export function registerChangelog(matrix: Command, context: CommandContext): void {
  const command = matrix
    .command('changelog')
    .description(
      'The jobs that entries added to the changelog ask for: rows in buckets per workflow job, or one list of jobs.',
    )
  addPrintOptions(addRefOptions(command))
    .requiredOption('--changelog-file <file>', 'the append-only log')
    .option('--trim-conc', 'each recipe at its lowest concurrency only', false)
    .option('--no-evals', 'leave evaluations out')
    .option('--evals-only', 'only evaluations', false)
    .option('--all-evals', 'evaluate every job that can be', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise matrix changelog --base-ref origin/main --head-ref HEAD --changelog-file perf-changelog.yaml',
      ),
    )
    .action((options: ChangelogOptions) => guarded(context, options, () => changelog(context, options)))
}

async function changelog({ io }: CommandContext, options: ChangelogOptions): Promise<void> {
  const head = headMatrix(options)
  const log = readAtRef(process.cwd(), options.headRef, options.changelogFile)
  if (log === undefined) throw missing('--changelog-file', options.changelogFile, options.headRef)
  const before = readAtRef(process.cwd(), options.baseRef, options.changelogFile)
  const added = parseChangelog(before?.text ?? '', log)
  const plan = planAdded(options, {
    head,
    added,
    trim: options.trimConc || options.trim,
    noEvals: !options.evals,
    evalsOnly: options.evalsOnly,
    allEvals: options.allEvals,
  })
  const metadata = { base_ref: options.baseRef, head_ref: options.headRef, entries: added.map(({ entry }) => entry) }
  tellProblems(io, options, head.warnings)
  if (options.as === 'jobs' || options.estimate)
    return printJobs(head, [...plan.throughput, ...plan.evaluations], options, io)
  refuseJobOptions(options)
  const buckets = bucketRows(plan, head.config.epoch)
  io.stdout.write(`${JSON.stringify({ ...buckets, changelog_metadata: metadata })}\n`)
}

/** The buckets keep InferenceX's form, which has no place for these. */
function refuseJobOptions(options: ChangelogOptions): void {
  const { withIds, order, canary, durationOverride, agentxFast, budgetGpuHours, reuse } = options
  const asked = [canary, durationOverride, budgetGpuHours, reuse].some((each) => each !== undefined)
  if (!withIds && order === 'file' && !agentxFast && !asked) return
  throw new UsageError(
    '--with-ids, --order, --canary, --duration-override, --agentx-fast, --budget-gpu-hours and --reuse are not for buckets: say --as jobs.',
  )
}

function addRefOptions(command: Command): Command {
  return addFileOptions(command, ourConfigFiles)
    .requiredOption('--base-ref <ref>', 'revision before the change')
    .option('--head-ref <ref>', 'revision with the change', 'HEAD')
    .option('--json', 'accepted for uniformity: the output is one JSON value anyway', false)
}

/** The files as of the later revision. One that neither revision has is a slip of the pen, and not a file that was removed. */
function headMatrix(options: RefOptions): Matrix {
  const has = (ref: string, path: string) => readAtRef(process.cwd(), ref, path) !== undefined
  for (const path of options.configFiles) {
    if (has(options.headRef, path) || has(options.baseRef, path)) continue
    throw missing('--config-files', path, `${options.headRef} or ${options.baseRef}`)
  }
  const matrix = matrixAt(options, options.headRef)
  if (matrix === undefined) throw missing('--config-files', options.configFiles.join(', '), options.headRef)
  return matrix
}

/** The files as of the earlier revision, named so that nobody looks for their mistakes in the later one. */
function baseMatrix(options: RefOptions): Matrix | undefined {
  return matrixAt(options, options.baseRef, `${options.baseRef}:`)
}

/** The files as of a revision; absent if it has none of the master files. A master file that it lacks is left out. */
function matrixAt(options: RefOptions, ref: string, prefix = ''): Matrix | undefined {
  const at = (path: string): TextFile | undefined => {
    const file = readAtRef(process.cwd(), ref, path)
    return file && { ...file, file: prefix + file.file }
  }
  const configFiles = options.configFiles.map(at).filter((file) => file !== undefined)
  if (configFiles.length === 0) return undefined
  const runnerFile = at(options.runnerConfig)
  if (runnerFile === undefined) throw missing('--runner-config', options.runnerConfig, ref)
  return readMatrix({ configFiles, runnerFile, ...readOptions(options) })
}

function missing(option: string, path: string, ref: string): UsageError {
  return new UsageError(`${option} ${path} is not in ${ref}; paths count from the root of the repository`)
}
