import type { ContainerImage } from '#kinds/gen/core-v1'
import type { Image } from '../contract.ts'

/** A status holds no more images than this unless it is told otherwise, and no more names of one. */
const imagesMaxDefault = 50
const namesMax = 5

/** The images on the node, biggest first, digests before tags; all of them when there may be less than none. */
export function toImages(images: readonly Image[], imagesMax = imagesMaxDefault): ContainerImage[] {
  return images
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, imagesMax < 0 ? images.length : imagesMax)
    .map(({ repoDigests, repoTags, sizeBytes }) => ({
      names: [...repoDigests, ...repoTags].slice(0, namesMax),
      sizeBytes,
    }))
}
