import { z } from 'zod'

/**
 * What an attestation of a run says, as in-toto has it: the subjects are the files of the run, the predicate says who replayed what with which tool.
 *
 * Source: github.com/in-toto/attestation, spec/v1/statement.md; slsa.dev/spec/v1.0/provenance. Fields of our own begin with `reprise_`, as SLSA asks.
 */
const Digest = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) })

export const Subject = z.strictObject({ name: z.string().min(1), digest: Digest })
export type Subject = z.infer<typeof Subject>

/** Who ran it, as far as he wants to say; nothing of it is known where he does not. */
export const Attester = z.strictObject({
  name: z.string().optional(),
  organization: z.string().optional(),
  contact: z.string().optional(),
})
export type Attester = z.infer<typeof Attester>

/** What a verification of the run found when it was attested. */
const AttestedChecks = z.strictObject({
  outcome: z.enum(['pass', 'fail']),
  checks: z.record(z.string(), z.enum(['pass', 'fail', 'not-checked'])),
})

export const RunProvenance = z.strictObject({
  buildDefinition: z.strictObject({
    buildType: z.literal('urn:reprise:replay:v1'),
    /** What was asked for. */
    externalParameters: z.strictObject({
      command: z.string(),
      seed: z.int().nonnegative(),
      preset: z.string(),
      identity: z.record(z.string(), z.unknown()),
    }),
    /** What the tool made of it. */
    internalParameters: z.strictObject({
      toolVersion: z.string(),
      replaySemantics: z.string(),
      verdict: z.enum(['valid', 'indicative', 'invalid']),
      verification: AttestedChecks,
    }),
    /** The commit that measured, the plan and the corpus. */
    resolvedDependencies: z.array(z.strictObject({ uri: z.string(), digest: z.record(z.string(), z.string()) })),
  }),
  runDetails: z.strictObject({
    builder: z.strictObject({ id: z.string(), version: z.record(z.string(), z.string()) }),
    metadata: z.strictObject({
      invocationId: z.string().optional(),
      startedOn: z.string().optional(),
      reprise_attestedOn: z.string(),
      reprise_by: Attester.optional(),
    }),
  }),
})
export type RunProvenance = z.infer<typeof RunProvenance>

export const statementType = 'https://in-toto.io/Statement/v1'
export const provenanceType = 'https://slsa.dev/provenance/v1'

export const Statement = z.strictObject({
  _type: z.literal(statementType),
  subject: z.array(Subject).min(1),
  predicateType: z.literal(provenanceType),
  predicate: RunProvenance,
})
export type Statement = z.infer<typeof Statement>
