/** What a log says when the host is at fault and not the command; each is known from engines, drivers or the C library. */
const signs: readonly RegExp[] = [
  /no space left on device|\bENOSPC\b|disk quota exceeded/i,
  /cannot allocate memory|\bENOMEM\b|out of memory: killed process|oom-kill/i,
  /address already in use|\bEADDRINUSE\b/i,
  /too many open files|\bEMFILE\b/i,
  /read-only file system|\bEROFS\b|input\/output error/i,
  /CUDA driver|no CUDA-capable device|system has unsupported display driver|NVIDIA-SMI has failed|nvml.*(?:error|mismatch)/i,
  /uncorrectable ECC|\bXid\b.*\d|unspecified launch failure|GPU has fallen off the bus/i,
  /unable to open \/dev\/kfd|no ROCm-capable device|HSA_STATUS_ERROR_OUT_OF_RESOURCES|hsa_init failed/i,
  /temporary failure in name resolution|network is unreachable/i,
]

/** The first line that puts the blame on the host; undefined when none does. */
export function infrastructureSign(lines: readonly string[]): string | undefined {
  return lines.find((line) => signs.some((sign) => sign.test(line)))
}

/** Whether a log says that the port was taken, which another port mends. */
export function saysPortTaken(lines: readonly string[]): boolean {
  return lines.some((line) => /address already in use|\bEADDRINUSE\b/i.test(line))
}
