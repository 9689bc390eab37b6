const portTaken = /address already in use|\bEADDRINUSE\b/i

/** What a log says when the host is at fault and not the command; each is known from engines, drivers or the C library. */
const signs: readonly RegExp[] = [
  portTaken,
  /no space left on device|\bENOSPC\b|disk quota exceeded/i,
  /cannot allocate memory|\bENOMEM\b|out of memory: killed process|oom-kill/i,
  /too many open files|\bEMFILE\b/i,
  /read-only file system|\bEROFS\b|input\/output error/i,
  /CUDA driver (version is insufficient|initialization failed|error)|driver on your system is too old|found no NVIDIA driver/i,
  /no CUDA-capable device|No (CUDA|HIP) GPUs are available|devices?(\(s\))? (is|are|is\/are) busy or unavailable/i,
  /system has unsupported display driver|NVIDIA-SMI has failed|driver\/library version mismatch|NVMLError|initialize NVML/i,
  /CUDA error: system not yet initialized|uncorrectable ECC|NVRM: Xid|unspecified launch failure|fallen off the bus/i,
  /unable to open \/dev\/kfd|no ROCm-capable device|HSA_STATUS_ERROR_OUT_OF_RESOURCES|hsa_init failed/i,
  /\/dev\/(nvidia|kfd|dri)\S*.*permission denied|permission denied.*\/dev\/(nvidia|kfd|dri)/i,
  /temporary failure in name resolution|name or service not known|network is unreachable|could not resolve host/i,
]

/** A report of nothing, a hint, or a matter of somebody's statistics. */
const harmless: readonly RegExp[] = [
  /\b(0|no|zero|without)\s+(\w+\s+){0,3}(errors?|failures?|faults?|events?)\b|\b(errors?|failures?|faults?|events?|Xid)\b\s*[:=]\s*(0|none)\b/i,
  /\b(telemetry|usage[ _-]?(stats|statistics|data|report\w*)|analytics|sentry|posthog)\b/i,
]

/** Before a sign, in a line that is no error: it speaks of what may happen. */
const conditional = /\b(if|when|in case|hint|note|tip|to avoid|to prevent|might|may|could)\b/i
/** Told as information or as a warning, in the forms of the engines' loggers. */
export const mildLevel =
  /^(?:\([^)]*\)\s*)?(?:\[?\d[\d\-/:., T]*\]?\s*)?\[?(?:INFO|DEBUG|WARN|WARNING|TRACE)\b|^\[?[IWD]\d{4}[ \]]|\w+Warning: /

/** Whether a line says that the host is at fault; `isException`: it is the last line of a traceback. */
export function hostSign(
  line: string,
  { isException }: { readonly isException: boolean },
): { readonly isPortTaken: boolean } | undefined {
  if (harmless.some((words) => words.test(line)) || mildLevel.test(line)) return undefined
  const at = Math.min(...signs.map((sign) => line.search(sign)).filter((index) => index >= 0))
  if (at === Number.POSITIVE_INFINITY) return undefined
  if (!isException && conditional.test(line.slice(0, at))) return undefined
  return { isPortTaken: portTaken.test(line) }
}
