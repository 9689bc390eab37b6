import manifest from '../../package.json' with { type: 'json' }

/** Version of the tool, as in every result's provenance. */
export const version: string = manifest.version

/** Raised whenever the same plan would be replayed differently. */
export const replaySemantics = '3'
