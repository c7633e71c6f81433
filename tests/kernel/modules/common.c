/* A variable that only a linker would give a place; compiled with -fcommon. */
int shared;
int *common_shared(void) { return &shared; }
