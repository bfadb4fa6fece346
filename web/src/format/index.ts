export * from './address';
export * from './exact';
export * from './limit';
export * from './model';
export * from './money';
export * from './number';
export * from './time';
export * from './zones';
