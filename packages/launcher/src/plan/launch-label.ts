const maxLength = 63

/**
 * What everything carries that one launch of a job creates: `reprise-<job id>-<attempt>`. Two launches that can be on at the same time
 * must differ in their attempts, as each removes whatever carries its label.
 */
export function launchLabel(jobId: string, attempt: string): string {
  const plain = `reprise-${jobId}-${attempt}`.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return plain.slice(0, maxLength).replace(/-+$/, '')
}
