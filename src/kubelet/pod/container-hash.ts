import type { Container } from '#kinds/gen/core-v1'

/** A short number of what a running container must be restarted for when it changes: its name and image (FNV-1a). */
export function containerHash({ name, image }: Container): string {
  let hash = 0x811c9dc5
  for (const char of `${name}\n${image ?? ''}`) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  return hash.toString(16)
}
