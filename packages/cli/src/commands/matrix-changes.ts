import type { Problem, TextFile } from '@reprise/config-file'
import type { Matrix } from '@reprise/matrix-generator'
import type { Command } from 'commander'
import { addFileOptions, addPrintOptions, type MatrixFileOptions, ourConfigFiles } from '../options/matrix-options.ts'
import {
  type Generator,
  guarded,
  type MatrixContext,
  type PrintOptions,
  printJobs,
  readOptions,
  tell,
} from '../sweep/matrix-run.ts'
import { recipeSources } from '../sweep/recipe-lookup.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { examples } from '../terminal/output.ts'

interface RefOptions extends MatrixFileOptions {
  readonly baseRef: string
  readonly headRef: string
}

interface ChangedOptions extends RefOptions, PrintOptions {
  readonly allowEmpty: boolean
}

interface ChangelogOptions extends RefOptions, PrintOptions {
  readonly changelogFile: string
  readonly trimConc: boolean
  readonly evals: boolean
  readonly evalsOnly: boolean
  readonly allEvals: boolean
}

/** `reprise matrix changed`: the jobs that a git range touches. */
export function registerChanged(matrix: Command, context: MatrixContext): void {
  const command = matrix
    .command('changed')
    .description('The jobs that differ between two revisions, or whose recipe or runner profile does.')
  addPrintOptions(addRefOptions(command))
    .option('--allow-empty', 'touching no job is fine', false)
    .addHelpText('after', examples('npx reprise matrix changed --base-ref origin/main --head-ref HEAD --estimate'))
    .action((options: ChangedOptions) => guarded(context, options, (generator) => changed(context, options, generator)))
}

async function changed(context: MatrixContext, options: ChangedOptions, generator: Generator): Promise<void> {
  const head = headMatrix(generator, options)
  const base = baseMatrix(generator, options)
  const expand = (files: Matrix) => generator.expandFullSweep(files, { noEvals: true, allowEmpty: true })
  const { jobs: headJobs, problems } = expand(head)
  const { jobs, unusedFiles } = generator.selectChanged({
    head,
    headJobs,
    baseJobs: base === undefined ? [] : expand(base).jobs,
    ...(base && { baseMatrix: base }),
    changedFiles: generator.changedFiles(process.cwd(), options.baseRef, options.headRef),
    recipesOf: await recipeSources(),
  })
  if (jobs.length === 0 && !options.allowEmpty) {
    throw new UsageError('the change touches no job; say --allow-empty if that is fine')
  }
  const unused = unusedFiles.map((file): Problem => {
    return { severity: 'note', code: 'unused-file', message: `no job is started from ${JSON.stringify(file)}` }
  })
  tell(context.io, options, [...problems, ...unused])
  return printJobs(context.io, generator, head, jobs, options)
}

/** `reprise matrix changelog`: the jobs that new entries of the changelog ask for. */
export function registerChangelog(matrix: Command, context: MatrixContext): void {
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
    .action((options: ChangelogOptions) =>
      guarded(context, options, (generator) => changelog(context, options, generator)),
    )
}

async function changelog(context: MatrixContext, options: ChangelogOptions, generator: Generator): Promise<void> {
  const head = headMatrix(generator, options)
  const log = generator.readAtRef(process.cwd(), options.headRef, options.changelogFile)
  if (log === undefined) throw missing('--changelog-file', options.changelogFile, options.headRef)
  const before = generator.readAtRef(process.cwd(), options.baseRef, options.changelogFile)
  const added = generator.parseChangelog(before?.text ?? '', log)
  const base = added.some(({ entry }) => entry['append-only']) ? baseMatrix(generator, options) : undefined
  const plan = generator.planChangelog({
    head,
    added,
    trim: options.trimConc || options.trim,
    noEvals: !options.evals,
    evalsOnly: options.evalsOnly,
    allEvals: options.allEvals,
    ...(base && { base }),
  })
  const metadata = { base_ref: options.baseRef, head_ref: options.headRef, entries: added.map(({ entry }) => entry) }
  tell(context.io, options, head.warnings)
  if (options.as === 'jobs' || options.estimate)
    return printJobs(context.io, generator, head, [...plan.throughput, ...plan.evaluations], options)
  refuseJobOptions(options)
  const buckets = generator.bucketRows(plan, head.config.epoch)
  context.io.stdout.write(`${JSON.stringify({ ...buckets, changelog_metadata: metadata })}\n`)
}

/** The buckets keep InferenceX's form, which has no place for these. */
function refuseJobOptions({ withIds, order, canary, durationOverride }: ChangelogOptions): void {
  if (!withIds && order === 'file' && canary === undefined && durationOverride === undefined) return
  throw new UsageError('--with-ids, --order, --canary and --duration-override are not for buckets: say --as jobs.')
}

function addRefOptions(command: Command): Command {
  return addFileOptions(command, ourConfigFiles)
    .requiredOption('--base-ref <ref>', 'revision before the change')
    .option('--head-ref <ref>', 'revision with the change', 'HEAD')
    .option('--json', 'accepted for uniformity: the output is one JSON value anyway', false)
}

/** The files as of the later revision. One that neither revision has is a slip of the pen, and not a file that was removed. */
function headMatrix(generator: Generator, options: RefOptions): Matrix {
  const has = (ref: string, path: string) => generator.readAtRef(process.cwd(), ref, path) !== undefined
  for (const path of options.configFiles) {
    if (has(options.headRef, path) || has(options.baseRef, path)) continue
    throw missing('--config-files', path, `${options.headRef} or ${options.baseRef}`)
  }
  const matrix = matrixAt(generator, options, options.headRef)
  if (matrix === undefined) throw missing('--config-files', options.configFiles.join(', '), options.headRef)
  return matrix
}

/** The files as of the earlier revision, named so that nobody looks for their mistakes in the later one. */
function baseMatrix(generator: Generator, options: RefOptions): Matrix | undefined {
  return matrixAt(generator, options, options.baseRef, `${options.baseRef}:`)
}

/** The files as of a revision; absent if it has none of the master files. A master file that it lacks is left out. */
function matrixAt(generator: Generator, options: RefOptions, ref: string, prefix = ''): Matrix | undefined {
  const at = (path: string): TextFile | undefined => {
    const file = generator.readAtRef(process.cwd(), ref, path)
    return file && { ...file, file: prefix + file.file }
  }
  const configFiles = options.configFiles.map(at).filter((file) => file !== undefined)
  if (configFiles.length === 0) return undefined
  const runnerFile = at(options.runnerConfig)
  if (runnerFile === undefined) throw missing('--runner-config', options.runnerConfig, ref)
  return generator.readMatrix({ configFiles, runnerFile, ...readOptions(options) })
}

function missing(option: string, path: string, ref: string): UsageError {
  return new UsageError(`${option} ${path} is not in ${ref}; paths count from the root of the repository`)
}
