import type { SweepJob } from '@reprise/matrix-generator'
import type { ProbedEndpoint } from '@reprise/replay-engine/endpoint'
import { type Identity, isEngineOf, type RunTarget } from '@reprise/result-aggregator/run'
import { type ToldOptions, toldOf } from '../options/told-of.ts'

interface Told extends ToldOptions {
  /** Of the sweep that this measures. */
  readonly job?: SweepJob
}

/** What is measured, and what answered. */
export interface IdentifiedEndpoint {
  readonly identity: Identity
  readonly answered: NonNullable<RunTarget['engine']>
}

/**
 * The identity of a point. The job says which engine it is, and the endpoint its version where it is that engine; what an endpoint says of
 * itself never stands in the job's place, and is kept beside it to be judged. A model of an engine is named for what it is.
 */
export async function identifyEndpoint(
  { model, engine }: Pick<ProbedEndpoint, 'model' | 'engine'>,
  told: Told,
): Promise<IdentifiedEndpoint> {
  const { job } = told
  const { isModel: _isModel, config: _config, ...answered } = engine
  const expected = job?.job.framework
  const deployment = job && (await import('@reprise/result-aggregator')).identityOfJob(job)
  const { image, ...rest } = deployment ?? {}
  const measured = engineOf(engine, expected)
  return {
    identity: {
      model,
      ...rest,
      ...(measured && { engine: { ...measured, ...(image !== undefined && { image }) } }),
      ...toldOf(told),
    },
    answered: { ...answered, signs: [...answered.signs], ...(expected !== undefined && { expected }) },
  }
}

function engineOf(
  { name, version, isModel, config }: ProbedEndpoint['engine'],
  expected: string | undefined,
): Identity['engine'] {
  const own = version === undefined ? {} : { version }
  if (name !== undefined && isModel) return { name, ...own, ...(config && { config }) }
  if (expected === undefined) return name === undefined ? undefined : { name, ...own }
  return { name: expected, ...(name !== undefined && isEngineOf(expected, name) && own) }
}
