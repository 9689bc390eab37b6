import type { Result } from '../result/result.ts'
import type { RunFile } from '../result/run-header.ts'
import type { Check } from '../result/verification.ts'
import { type Attester, provenanceType, type Statement, type Subject, statementType } from './statement.ts'

/** Where and by whom a run is attested. */
export interface Attesting {
  /** ISO 8601. */
  readonly attestedOn: string
  readonly toolVersion: string
  readonly by?: Attester | undefined
  /** The workflow that ran it, a URL, and its run. */
  readonly builder?: { readonly id: string; readonly invocationId: string } | undefined
}

/** What is said of a run: its files by their digests, what was asked for, which tool of which commit did it, and what a verification found. */
export function runStatement(
  {
    run,
    built,
    checks,
    subjects,
  }: {
    readonly run: RunFile
    readonly built: Result
    readonly checks: readonly Check[]
    readonly subjects: readonly Subject[]
  },
  { attestedOn, toolVersion, by, builder }: Attesting,
): Statement {
  const outcome = checks.some((check) => check.outcome === 'fail') ? 'fail' : 'pass'
  return {
    _type: statementType,
    subject: [...subjects],
    predicateType: provenanceType,
    predicate: {
      buildDefinition: {
        buildType: 'urn:reprise:replay:v1',
        externalParameters: {
          command: run.command,
          seed: run.plan.seed,
          preset: run.plan.preset.name,
          identity: run.identity,
        },
        internalParameters: {
          toolVersion: run.toolVersion,
          replaySemantics: run.replaySemantics,
          verdict: built.validity.verdict,
          verification: { outcome, checks: Object.fromEntries(checks.map((check) => [check.name, check.outcome])) },
        },
        resolvedDependencies: [
          ...(run.commit === undefined ? [] : [{ uri: 'urn:reprise:commit', digest: { gitCommit: run.commit } }]),
          { uri: 'urn:reprise:plan', digest: { sha256: run.plan.digest } },
          { uri: 'urn:reprise:corpus', digest: { sha256: run.plan.corpusDigest } },
        ],
      },
      runDetails: {
        builder: { id: builder?.id ?? 'urn:reprise:somebody', version: { reprise: toolVersion } },
        metadata: {
          ...invocationOf(builder?.invocationId ?? run.workflowRun),
          ...(run.startedAt !== undefined && { startedOn: run.startedAt }),
          reprise_attestedOn: attestedOn,
          ...(by && { reprise_by: by }),
        },
      },
    },
  }
}

/** Of whoever attests, else of whoever measured. */
function invocationOf(invocationId: string | undefined): { readonly invocationId?: string } {
  return invocationId === undefined ? {} : { invocationId }
}
