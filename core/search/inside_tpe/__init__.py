"""Inside TPE: a real study, trial by trial, with the densities that chose each next one."""
