import type { ContainerImage } from '#kinds/gen/core-v1'
import type { Image } from '../contract.ts'

/** A status holds no more images than this, and no more names of one. */
const imagesMax = 50
const namesMax = 5

/** The images on the node, biggest first, digests before tags. */
export function toImages(images: readonly Image[]): ContainerImage[] {
  return images
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, imagesMax)
    .map(({ repoDigests, repoTags, sizeBytes }) => ({
      names: [...repoDigests, ...repoTags].slice(0, namesMax),
      sizeBytes,
    }))
}
