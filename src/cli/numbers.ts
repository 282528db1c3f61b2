import { InvalidArgumentError } from 'commander'

interface Range {
  least: number
  most: number
  whole?: true
}

/** A parser of option values that takes numbers in a range, and says which where another value is given. */
export function numberIn({ least, most, whole }: Range): (text: string) => number {
  return (text) => {
    const value = Number(text)
    const isKind = text.trim() !== '' && (!whole || Number.isInteger(value))
    if (isKind && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`)
  }
}

export const percent = numberIn({ least: 0, most: 100 })
