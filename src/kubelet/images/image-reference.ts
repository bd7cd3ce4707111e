import { parseImageName } from '#kinds/core/image-name'

/** The image with the tag that goes without saying; undefined for what is no image name. */
export function withDefaultTag(image: string): string | undefined {
  const parsed = parseImageName(image)
  if (parsed === undefined) return undefined
  const last = image.slice(image.lastIndexOf('/') + 1)
  return last.includes(':') || last.includes('@') ? image : `${image}:latest`
}

/** The host of an image's registry, as pull secrets name it. */
export function registryOf(image: string): string {
  const first = image.split('/', 1)[0] as string
  const isHost = image.includes('/') && (/[.:]/.test(first) || first === 'localhost')
  return isHost ? first : 'docker.io'
}
