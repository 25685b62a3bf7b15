export function kafkaJars(): string;
