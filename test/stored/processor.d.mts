export function processor(): string | undefined;
