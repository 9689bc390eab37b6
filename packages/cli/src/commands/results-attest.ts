import { attestRun } from '@reprise/result-aggregator'
import { findRuns, StoredPlans } from '@reprise/result-aggregator/run'
import { logText } from '@reprise/safe-text'
import type { Command } from 'commander'
import { readKey } from '../options/read-key.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples, writeJson } from '../terminal/output.ts'
import { version } from '../terminal/version.ts'

interface Options {
  readonly key?: string
  readonly by?: string
  readonly organization?: string
  readonly contact?: string
  readonly ci: boolean
  readonly json: boolean
}

/** `reprise results attest`: somebody vouches for runs. */
export function registerResultsAttest(results: Command, { io, setExitCode }: CommandContext): void {
  results
    .command('attest')
    .argument('<run...>', 'run folders, or folders of them')
    .description(
      'Verify runs and write down who vouches for them: an in-toto statement about their files, signed if a key is given.',
    )
    .option('--key <file>', 'private key that signs (Ed25519, PEM); - is stdin. It is read, used and forgotten')
    .option('--by <name>', 'who vouches; nothing is said of it otherwise')
    .option('--organization <name>', 'and for whom')
    .option('--contact <address>', 'and how to reach them')
    .option('--ci', 'say which workflow of which repository ran it, by the variables of GitHub Actions', false)
    .option('--json', 'the statements in their envelopes as JSON on stdout', false)
    .addHelpText(
      'after',
      '\nA run in which a check fails is not attested. docs/verify.md says how an attestation is checked.',
    )
    .addHelpText(
      'after',
      examples(
        'npx reprise results attest runs/real --by "Ada" --organization "Acme"',
        'openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout -out public.pem',
        'npx reprise results attest runs/real --key key.pem',
        'npx reprise results verify runs/real --public-key public.pem',
      ),
    )
    .action(async (paths: string[], options: Options) => setExitCode(await attest(paths, options, io)))
}

async function attest(paths: readonly string[], options: Options, io: Io): Promise<number> {
  const { key, by: name, organization, contact, ci, json } = options
  const folders = await findRuns(paths)
  const privateKeyPem = key === undefined ? undefined : await readKey(key, { flag: '--key', outside: folders })
  const who = {
    ...(name !== undefined && { name }),
    ...(organization !== undefined && { organization }),
    ...(contact !== undefined && { contact }),
  }
  const now = new Date()
  const attested = []
  for (const folder of folders)
    attested.push(
      await attestRun(folder, {
        plans: new StoredPlans(),
        nowMs: now.getTime(),
        attestedOn: now.toISOString(),
        toolVersion: version,
        privateKeyPem,
        by: Object.keys(who).length > 0 ? who : undefined,
        builder: ci ? builderOf(io) : undefined,
      }),
    )
  if (json) writeJson(io, attested.length === 1 ? attested[0]!.envelope : attested.map(({ envelope }) => envelope))
  else
    for (const { path, envelope } of attested)
      io.stdout.write(`${logText(path, 400)} (${envelope.signatures.length === 0 ? 'not signed' : 'signed'})\n`)
  return exitCodes.done
}

/** Source: docs.github.com, default environment variables of GitHub Actions. */
function builderOf({ env }: Io): { readonly id: string; readonly invocationId: string } {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_WORKFLOW_REF: workflow,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
    GITHUB_RUN_ATTEMPT: attempt = '1',
  } = env
  if (!server || !workflow || !repository || !run)
    throw new UsageError(
      '--ci is for GitHub Actions: GITHUB_SERVER_URL, GITHUB_WORKFLOW_REF, GITHUB_REPOSITORY and GITHUB_RUN_ID are not all set.',
    )
  return {
    id: `${server}/${workflow}`,
    invocationId: `${server}/${repository}/actions/runs/${run}/attempts/${attempt}`,
  }
}
