export function tensorflowFolder(): string;
